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
  modeler.get('selection').select(shape);
  modeler.get('canvas').scrollToElement(shape, 120);
  document.querySelector('[data-panel=properties] [name=name]')?.focus();
}

// Everything to the right moves over; pools and lanes grow. Where the line runs straight down nothing needs to move.
function makeRoom(modeler, x) {
  const spaceTool = modeler.get('spaceTool');
  const shapes = modeler.get('elementRegistry').filter((one) => one.parent && !one.waypoints && !one.labelTarget);
  const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(shapes, 'x', WIDTH, x);
  modeler.get('modeling').createSpace(movingShapes, resizingShapes, { x: WIDTH, y: 0 }, 'e', x);
}
