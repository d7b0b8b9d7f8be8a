// A form of a draft in the form editor. Only this page loads it.
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import '../studio/studio.css';
import { FormEditor } from '@bpmn-io/form-js-editor';
import { listFindings } from '../studio/findings.js';
import { openSession } from '../studio/session.js';

// A list whose options come from the house (people, organs) has none of its own; the editor adds a sample, which goes again.
const isSample = (values) => values?.length === 1 && values[0].value === 'value' && ['Value', '值', '选项'].includes(values[0].label);

function withoutSamples(parts, before) {
  return parts.map((part) => {
    const kept = { ...part };
    if (isSample(part.values) && (part.properties?.picker || (before.has(part.id) && !before.get(part.id).values))) delete kept.values;
    if (part.components) kept.components = withoutSamples(part.components, before);
    return kept;
  });
}

function byId(parts, found = new Map()) {
  for (const part of parts) {
    found.set(part.id, part);
    byId(part.components ?? [], found);
  }
  return found;
}

const session = await openSession();
const { root, data } = session;
const editor = new FormEditor({ container: root.querySelector('[data-canvas]') });
let before;
async function open(text) {
  const schema = JSON.parse(text);
  before = byId(schema.components);
  await editor.importSchema(schema);
}
await open(data.text);
editor.on('changed', () => session.touched());
// A finding names the field by its key.
function jump(place, finding) {
  const key = /字段 ?[“「]?(\w+)/.exec(finding?.message ?? '')?.[1] ?? place.split(':')[1];
  const found = () => [...editor.get('formFieldRegistry').getAll()].find((one) => one.key === key || one.id === key);
  return found() ? () => editor.get('selection').set(found()) : undefined;
}
const stack = () => editor.get('commandStack');
const stem = data.name.replace(/\.form$/, '');
session.begin({
  collect: async () => {
    const saved = editor.saveSchema();
    return `${JSON.stringify({ ...saved, components: withoutSamples(saved.components, before) }, null, 2)}\n`;
  },
  undo: () => stack().undo(),
  redo: () => stack().redo(),
  findings: (findings) => listFindings(root, findings.filter((one) => `${one.place} ${one.message}`.includes(stem)), jump),
});
globalThis.studio = { editor, session, open };
root.dataset.ready = 'yes';
