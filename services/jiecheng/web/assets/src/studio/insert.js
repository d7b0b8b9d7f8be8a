// A new step in the middle of a line: room is made, the line is cut, the step is selected and waits for its name.

const WIDTH = 170;

function middle(waypoints) {
  let best = [waypoints[0], waypoints[1]];
  const length = ([a, b]) => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  for (let i = 1; i < waypoints.length; i += 1) {
    const part = [waypoints[i - 1], waypoints[i]];
    if (length(part) > length(best)) best = part;
  }
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
