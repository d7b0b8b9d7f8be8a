// The form editor has no way to be translated, and a few places of the others ask for no translation: their words are replaced while
// they are bundled: package file -> words. The mark that links to bpmn.io stays as its licence wants it.
// A word that is not found any more after an upgrade fails the build, so that no English comes back unseen.
import { readFileSync } from 'node:fs';

// Only where a word is shown: as a property of what is drawn, a name by a constant, an answer, a complaint, a choice of two.
const SHOWN = [
  '(?:label|title|description|text|placeholder|tooltip|name|children|"aria-label"|closeButtonTooltip|emptyListMessage|placeholderContent)"? ?[:=] ?\\[?',
  '\\[[A-Z_.]+\\]: |[A-Z_]+(?:,| =) |\\|\\| |let description = |return |translate\\(|errors\\.push\\(|[?:+] \\[?|msg = |tooltip = ',
  '\\}\\), (?:" ", )?', // the words after a picture
].join('|');
const plain = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export function inChinese(dictionary) {
  const files = JSON.parse(readFileSync(dictionary, 'utf8'));
  const found = new Set();
  return {
    name: 'in-chinese',
    setup(build) {
      for (const [file, words] of Object.entries(files)) {
        build.onLoad({ filter: new RegExp(`node_modules/${plain(file)}$`) }, ({ path }) => {
          let contents = readFileSync(path, 'utf8');
          for (const [english, chinese] of Object.entries(words)) {
            // The same word as a key or a value in the code stays what it is.
            const shown = new RegExp(`((?:${SHOWN}))(["'\`])${plain(english)}\\2`, 'g');
            contents = contents.replace(shown, (_whole, before, quote) => {
              found.add(`${file} ${english}`);
              return before + quote + chinese + quote;
            });
          }
          return { contents, loader: 'js' };
        });
      }
      build.onEnd(() => {
        for (const [file, words] of Object.entries(files)) {
          const lost = Object.keys(words).filter((english) => !found.has(`${file} ${english}`));
          if (lost.length) throw new Error(`words not found in ${file}: ${lost.join('; ')}`);
        }
      });
    },
  };
}
