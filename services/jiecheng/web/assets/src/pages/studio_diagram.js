// The diagram of a draft in bpmn-js. Only this page loads it.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '../studio/studio.css';
import Modeler from 'bpmn-js/lib/Modeler';
import { chinese, translate, unknown } from '../studio/chinese.js';
import { listFindings } from '../studio/findings.js';
import { listSteps } from '../studio/outline.js';
import { Panel, tagOf } from '../studio/panel.js';
import { openSession } from '../studio/session.js';
import { keepsSeveral } from '../studio/several.js';
import { speakingIds, toolsModule } from '../studio/tools.js';

const KINDS = {
  userTask: '办理环节', sendTask: '发送通知', serviceTask: '系统作业', businessRuleTask: '规则判定', callActivity: '调用另一个流程', subProcess: '子流程', sequenceFlow: '连线',
  startEvent: '开始', endEvent: '结束', boundaryEvent: '边界事件', intermediateCatchEvent: '等待', intermediateThrowEvent: '经过点', exclusiveGateway: '判断：只走一条',
  parallelGateway: '同时走', inclusiveGateway: '走成立的几条', eventBasedGateway: '等哪个先来', participant: '泳池', lane: '泳道', process: '整个流程', textAnnotation: '注释',
};
const kinds = (bo) => KINDS[tagOf(bo)] ?? '';

const session = await openSession();
const { root, data } = session;
const find = (selector) => root.querySelector(selector);
const modeler = new Modeler({
  container: find('[data-canvas]'),
  additionalModules: [chinese, toolsModule],
  moddleExtensions: { jc: data.moddle },
  textRenderer: { defaultStyle: { fontFamily: '"Noto Sans CJK SC", "Microsoft YaHei", sans-serif', fontSize: 12 }, externalStyle: { fontSize: 12 } },
});
speakingIds(modeler.get('moddle'));
keepsSeveral(modeler);

function show(name) {
  for (const tab of root.querySelectorAll('[data-tab]')) tab.setAttribute('aria-selected', String(tab.dataset.tab === name));
  for (const panel of root.querySelectorAll('[data-panel]')) panel.hidden = panel.dataset.panel !== name;
}
for (const tab of root.querySelectorAll('[data-tab]')) tab.addEventListener('click', () => show(tab.dataset.tab));

function select(id) {
  const element = modeler.get('elementRegistry').get(id);
  if (!element) return;
  show('properties');
  if (element.parent) {
    modeler.get('selection').select(element);
    modeler.get('canvas').scrollToElement(element, 120);
  } else modeler.get('selection').select([]);
}

function mark(findings) {
  const overlays = modeler.get('overlays');
  overlays.remove({ type: 'finding' });
  const places = new Map();
  for (const one of findings) places.set(one.place, [...(places.get(one.place) ?? []), one]);
  for (const [place, those] of places) {
    const element = modeler.get('elementRegistry').get(place);
    if (!element?.parent) continue;
    const badge = document.createElement('button');
    badge.type = 'button';
    badge.className = `studio-badge ${those.some((one) => one.severity === 'error') ? 'is-error' : ''}`;
    badge.textContent = those.length;
    badge.title = those.map((one) => one.message).join('\n');
    badge.setAttribute('aria-label', badge.title);
    badge.addEventListener('click', () => {
      select(place);
      show('findings');
    });
    overlays.add(element, 'finding', { position: { top: -12, right: 12 }, html: badge });
  }
  listFindings(root, findings, (place) => (modeler.get('elementRegistry').get(place) || place === data.process ? () => select(place) : undefined));
}

const panel = new Panel(find('[data-panel=properties]'), modeler, { ...data, draft: root.dataset.draft, kinds, warn: (words) => session.say(words) });
const draw = listSteps(modeler, find('[data-panel=list]'), kinds, select);
const { warnings } = await modeler.importXML(data.text);
// "fit" would leave the left edge under the palette, and a wide process too small to read: begin at its upper left corner.
const box = modeler.get('canvas').viewbox();
const scale = Math.min(0.9, Math.max(0.65, (box.outer.width - 110) / box.inner.width));
modeler.get('canvas').viewbox({ x: box.inner.x - 90 / scale, y: box.inner.y - 20 / scale, width: box.outer.width / scale, height: box.outer.height / scale });
draw();
panel.draw();
const stack = modeler.get('commandStack');
session.begin({
  collect: async () => (await modeler.saveXML({ format: true })).xml,
  undo: () => stack.undo(),
  redo: () => stack.redo(),
  findings: mark,
  learn: (told) => panel.learn(told),
});
modeler.get('eventBus').on('commandStack.changed', () => session.touched());
if (location.hash.length > 1) select(decodeURIComponent(location.hash.slice(1)));
// For the tests that walk here: the drawing itself, and what it could not say in Chinese.
globalThis.studio = { modeler, session, warnings, unknown, translate };
root.dataset.ready = 'yes';
