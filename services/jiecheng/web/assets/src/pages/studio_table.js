// A decision table of a draft in dmn-js. Only this page loads it.
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import '../studio/studio.css';
import DmnModeler from 'dmn-js/lib/Modeler';
import { chinese, translate, unknown } from '../studio/chinese.js';
import { make } from '../studio/fields.js';
import { listFindings } from '../studio/findings.js';
import { inputNames } from '../studio/input_names.js';
import { openSession } from '../studio/session.js';

const session = await openSession();
const { root, data } = session;
const options = { additionalModules: [chinese] };
const drawing = { additionalModules: [chinese, inputNames] };
const modeler = new DmnModeler({ container: root.querySelector('[data-canvas]'), drd: drawing, decisionTable: options, literalExpression: options, boxedExpression: options });
const heard = new WeakSet();
modeler.on('viewer.created', ({ viewer }) => listen(viewer));

function listen(viewer) {
  if (!viewer || heard.has(viewer)) return;
  heard.add(viewer);
  viewer.get('eventBus').on('commandStack.changed', () => session.touched());
}

// A file may hold several tables: each is one press away, and so is the drawing of what depends on what.
const SORTS = { drd: () => '关系图', decisionTable: (view) => view.name, literalExpression: (view) => `${view.name}（算式）` };
function listViews() {
  const active = modeler.getActiveView();
  const rest = modeler.getViews().filter((view) => view.type !== 'drd');
  const shown = [...rest, ...modeler.getViews().filter((view) => view.type === 'drd')];
  root.querySelector('[data-views]').replaceChildren(
    ...shown.map((view) => {
      const tab = make('button', { type: 'button', textContent: (SORTS[view.type] ?? SORTS.decisionTable)(view) });
      tab.setAttribute('aria-pressed', String(view.element === active?.element));
      tab.addEventListener('click', () => show(view));
      return tab;
    })
  );
}
async function show(view) {
  await modeler.open(view);
  listViews();
  if (view.type !== 'drd') return;
  // The drawing begins beside the tools and below its own name.
  const canvas = modeler.getActiveViewer().get('canvas');
  const { inner, outer } = canvas.viewbox();
  canvas.viewbox({ x: inner.x - 80, y: inner.y - 100, width: outer.width, height: outer.height });
}

const { warnings } = await modeler.importXML(data.text);
const tables = modeler.getViews().filter((view) => view.type === 'decisionTable');
const table = tables.find((view) => view.name === data.title) ?? tables[0];
await show(table ?? modeler.getActiveView());
modeler.on('views.changed', listViews);
listen(modeler.getActiveViewer());
// “表#3” and “表#第 3 行” are the third row of a table, which is shown first; without a number the whole table is meant.
function jump(place) {
  const [, decision, row] = /(\w+)#(?:第 )?(\d+)/.exec(place) ?? [];
  const number = Number(row ?? 0);
  return async () => {
    const meant = modeler.getViews().find((view) => view.element.id === decision);
    if (meant && meant.element !== modeler.getActiveView().element) await show(meant);
    const rows = root.querySelectorAll('[data-canvas] tbody tr');
    const row = rows[number - 1] ?? rows[0];
    for (const one of rows) one.classList.toggle('is-meant', one === row && number > 0);
    row?.scrollIntoView({ block: 'center', inline: 'nearest' });
    row?.querySelector('td[tabindex], td.cell, td')?.click();
  };
}
// Tables hold the policies of several cities in rows of their own: an owner has to know which of them count here.
const own = root.querySelector('[data-profile]');
own.textContent = `本区执行${data.profile}的政策口径，写着其他城市的行在本区不起作用`;
own.hidden = !data.text.includes(`>"${data.profile}"<`);
const stack = () => modeler.getActiveViewer().get('commandStack');
const stem = data.name.replace(/\.dmn$/, '');
session.begin({
  collect: async () => (await modeler.saveXML({ format: true })).xml,
  undo: () => stack().undo(),
  redo: () => stack().redo(),
  findings: (findings) => listFindings(root, findings.filter((one) => `${one.place} ${one.message}`.includes(stem)), jump),
});
// Columns that name something of the directory: what may be written in them, ready to be copied into a cell.
const offered = root.querySelector('[data-panel="offered"]');
for (const column of data.offered ?? []) {
  const fold = document.createElement('details');
  const head = document.createElement('summary');
  head.textContent = `“${column.label}”一栏可以写的（${column.table}）`;
  const list = document.createElement('ul');
  list.className = 'studio-offered';
  for (const [written, name] of column.options) {
    const row = document.createElement('li');
    const code = document.createElement('code');
    code.textContent = `"${written}"`;
    row.append(code, name ? ` ${name}` : '');
    list.append(row);
  }
  fold.append(head, list);
  offered.append(fold);
}
if (location.hash.length > 1) jump(decodeURIComponent(location.hash))();
globalThis.studio = { modeler, session, warnings, unknown, translate };
root.dataset.ready = 'yes';
