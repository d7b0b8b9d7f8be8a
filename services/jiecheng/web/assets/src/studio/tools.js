// What may be drawn: the palette, the pad beside an element and the menu of kinds offer only what a process here may have,
// a step is a user task from the beginning, and new elements get ids that read as words.

const PALETTE = ['hand-tool', 'lasso-tool', 'space-tool', 'global-connect-tool', 'tool-separator', 'create.start-event', 'create.intermediate-event', 'create.end-event', 'create.exclusive-gateway', 'create.task', 'create.subprocess-expanded'];
const NEVER = /script|manual|complex|ad-hoc|transaction|data-(object|store|input|output)|compensation|cancel|link|signal|conditional|escalation|collapsed|receive-task|multiplicity/;
const WORDS = [
  [/UserTask|:Task$/, 'step'], [/SendTask/, 'notice'], [/ServiceTask/, 'job'], [/BusinessRuleTask/, 'rule'], [/CallActivity/, 'call'], [/SubProcess/, 'phase'],
  [/Gateway/, 'gateway'], [/StartEvent/, 'start'], [/EndEvent/, 'end'], [/BoundaryEvent/, 'boundary'], [/Event$/, 'event'], [/SequenceFlow/, 'flow'], [/Lane$/, 'lane'], [/Message$/, 'message'],
];

function Tools(palette, contextPad, popupMenu, create, elementFactory, autoPlace, translate) {
  const task = () => elementFactory.createShape({ type: 'bpmn:UserTask' });
  const look = { className: 'bpmn-icon-user-task', title: '办理环节' };

  palette.registerProvider(500, {
    getPaletteEntries: () => (entries) => {
      const kept = Object.fromEntries(PALETTE.filter((key) => entries[key]).map((key) => [key, entries[key]]));
      const start = (event) => create.start(event, task());
      kept['create.task'] = { ...kept['create.task'], ...look, action: { dragstart: start, click: start } };
      return kept;
    },
  });

  contextPad.registerProvider(500, {
    getContextPadEntries: (element) => (entries) => {
      const kept = Object.fromEntries(Object.entries(entries).filter(([key]) => !NEVER.test(key)));
      if (kept['append.append-task']) {
        kept['append.append-task'] = {
          ...kept['append.append-task'],
          ...look,
          action: { click: (_event, source) => autoPlace.append(source ?? element, task()), dragstart: (event, source) => create.start(event, task(), { source: source ?? element }) },
        };
      }
      return kept;
    },
  });

  popupMenu.registerProvider('bpmn-replace', 500, {
    getPopupMenuEntries: () => (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => !NEVER.test(key))),
    getPopupMenuHeaderEntries: () => (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => !NEVER.test(key))),
  });
  this.translate = translate;
}
Tools.$inject = ['palette', 'contextPad', 'popupMenu', 'create', 'elementFactory', 'autoPlace', 'translate'];

export const toolsModule = { __init__: ['studioTools'], studioTools: ['type', Tools] };

export function speakingIds(moddle) {
  const plain = moddle.ids.nextPrefixed.bind(moddle.ids);
  moddle.ids.nextPrefixed = (prefix, element) => {
    const word = WORDS.find(([type]) => type.test(element.$type))?.[1];
    if (!word) return plain(prefix, element);
    let number = 1;
    while (moddle.ids.assigned(`${word}_${number}`)) number += 1;
    moddle.ids.claim(`${word}_${number}`, element);
    return `${word}_${number}`;
  };
}
