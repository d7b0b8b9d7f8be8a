// The whole script of the office pages. Every page works without it; it only makes work lighter:
// lists filter without a reload, drafts save by themselves, files go up beside the page, a meeting counts while one ticks, a second click does nothing.
import 'htmx.org';
import { showDiagrams } from '../diagram.js';
import { listenToKeys } from '../keys.js';
import { keepListLive } from '../live.js';
import { countMeetings } from '../meeting.js';
import { insertPhrases } from '../phrases.js';
import { offerNames } from '../names.js';
import { searchLongLists } from '../pick.js';
import { keepWhatIsTyped } from '../refresh.js';
import { uploadBeside } from '../upload.js';
import { showOwnAddress, showProblem, submitOnce } from '../submit.js';

document.documentElement.classList.add('js');
countMeetings(document);
showDiagrams(document);
searchLongLists(document);
offerNames(document);
submitOnce(document);
showOwnAddress(document);
showProblem(document);
keepWhatIsTyped(document);
keepListLive(document);
insertPhrases(document);
listenToKeys(document);
uploadBeside(document);
