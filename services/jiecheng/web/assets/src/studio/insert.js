// A new step in the middle of a line: room is made, the line is cut, the step is selected and waits for its name.

const WIDTH = 170;

// A line that runs level has room for a step in its own lane; only a line without such a part is cut where it is longest.
function middle(waypoints) {
  const parts = waypoints.slice(1).map((to, i) => [waypoints[i], to]);
  const length = ([a, b]) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  const level = parts.filter((part) => Math.abs(part[0].y - part[1].y) < 2 && length(part) > 20);
  const [best] = (level.length ? level : parts).sort((a, b) => length(b) - length(a));
  return { x: Math.round((best[0].x + best[1].x) / 2), y: Math.round((best[0].y + best[1].y) / 2) };
}

export function insertStep(modeler, flow) {
  const at = middle(flow.waypoints);
  makeRoom(modeler, at.x);
  const shape = modeler.get('elementFactory').createShape({ type: 'bpmn:UserTask' });
  const place = middle(flow.waypoints);
  modeler.get('modeling').createElements([shape], place, flow);
  begin(modeler, shape);
}

function begin(modeler, shape) {
  modeler.get('selection').select(shape);
  modeler.get('canvas').scrollToElement(shape, 120);
  document.querySelector('[data-panel=properties] [name=name]')?.focus();
}

// A step that is taken only when something holds: a question in front of it, and a way around it that is the rule.
export function insertChecked(modeler, flow) {
  const modeling = modeler.get('modeling');
  const factory = modeler.get('elementFactory');
  const { target } = flow;
  const cut = longest(flow.waypoints);
  makeRoom(modeler, cut.level ? cut.at(0.5).x : cut.at(0.5).y, cut.level ? 'x' : 'y', cut.level ? 2 * WIDTH : 1.4 * WIDTH);
  const gateway = factory.createShape({ type: 'bpmn:ExclusiveGateway' });
  modeling.createElements([gateway], longest(flow.waypoints).at(0.3), flow);
  modeling.updateProperties(gateway, { name: '需要这一环节吗？' });
  const [yes] = gateway.outgoing;
  const step = factory.createShape({ type: 'bpmn:UserTask' });
  modeling.createElements([step], longest(yes.waypoints).at(0.4), yes);
  modeling.updateProperties(gateway.outgoing[0], { name: '需要' });
  const around = modeling.connect(gateway, target);
  modeling.updateProperties(around, { name: '不需要' });
  modeling.updateProperties(gateway, { default: around.businessObject });
  modeling.updateWaypoints(around, detour(gateway, step, target, cut.level));
  begin(modeler, step);
}

// Beside a step that stands below its question, above one that stands behind it.
function detour(gateway, step, target, level) {
  const [middle, end] = [gateway, target].map((one) => ({ x: one.x + one.width / 2, y: one.y + one.height / 2 }));
  if (level) {
    const y = Math.min(step.y, gateway.y, target.y) - 30;
    return [{ x: middle.x, y: gateway.y }, { x: middle.x, y }, { x: end.x, y }, { x: end.x, y: target.y }];
  }
  const x = Math.max(step.x + step.width, target.x + target.width) + 30;
  return [{ x: gateway.x + gateway.width, y: middle.y }, { x, y: middle.y }, { x, y: end.y }, { x: target.x + target.width, y: end.y }];
}

function longest(waypoints) {
  const parts = waypoints.slice(1).map((to, i) => [waypoints[i], to]);
  const length = ([a, b]) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  const [[a, b]] = parts.sort((one, other) => length(other) - length(one));
  const at = (share) => ({ x: Math.round(a.x + (b.x - a.x) * share), y: Math.round(a.y + (b.y - a.y) * share) });
  return { level: Math.abs(a.y - b.y) < 2, at };
}

// Everything behind it moves over; pools and lanes grow. Where the line runs straight down nothing needs to move.
function makeRoom(modeler, start, axis = 'x', by = WIDTH) {
  const spaceTool = modeler.get('spaceTool');
  const shapes = modeler.get('elementRegistry').filter((one) => one.parent && !one.waypoints && !one.labelTarget);
  const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(shapes, axis, by, start);
  modeler.get('modeling').createSpace(movingShapes, resizingShapes, { x: 0, y: 0, [axis]: by }, axis === 'x' ? 'e' : 's', start);
}
