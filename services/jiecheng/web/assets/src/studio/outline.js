// The steps as a list: shapes cannot be reached with the Tab key, these buttons can.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { button, make } from './fields.js';

export function listSteps(modeler, panel, kinds, select) {
  const draw = () => {
    const nodes = modeler.get('elementRegistry').filter((one) => is(one, 'bpmn:FlowNode') && !one.labelTarget);
    nodes.sort((a, b) => a.x - b.x || a.y - b.y);
    const list = make('ul', { className: 'studio-list' });
    for (const node of nodes) {
      const bo = node.businessObject;
      const item = make('li', {}, button(bo.name || bo.id, () => select(bo.id), 'btn btn-link'), make('span', { className: 'soft small', textContent: kinds(bo) }));
      const flows = (bo.outgoing ?? []).filter((one) => one.targetRef);
      if (flows.length) item.append(make('ul', {}, ...flows.map((one) => make('li', {}, button(`→ ${one.targetRef.name || one.targetRef.id}${one.name ? `（${one.name}）` : ''}`, () => select(one.id), 'btn btn-link')))));
      list.append(item);
    }
    panel.replaceChildren(list);
  };
  modeler.get('eventBus').on(['commandStack.changed', 'import.done'], draw);
  return draw;
}
