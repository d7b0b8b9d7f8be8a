// The properties of the selected element: BPMN's own that people change, and every jc: word that may stand on it.
// Which words there are comes from the server's table; each change is one command, so it can be undone.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { button, checkField, make, namedField, saidField, selectField, technical, textField } from './fields.js';
import { insertChecked, insertStep } from './insert.js';
import { severalFields } from './several_fields.js';

// Of a step, what its owner comes for, in this order; the rest is folded away below.
const MAIN = ['assignment', 'due', 'outcome', 'return', 'form'];
const BACK = [
  { value: 'step', label: '逐级：每一步重新办' },
  { value: 'direct', label: '直达：改好直接回来' },
  { value: 'step direct', label: '两种都可以，退回的人选' },
];
// Codes that the house's own machinery uses; people read the words beside them.
const CODES = { outcome: ['value'] };
const TIMES = { timeDate: '到某个时刻', timeDuration: '过一段时间', timeCycle: '每隔一段时间' };

export function tagOf(bo) {
  const name = bo.$type.replace(/^bpmn:/, '');
  return name[0].toLowerCase() + name.slice(1);
}

export class Panel {
  constructor(box, modeler, data) {
    this.box = box;
    this.modeler = modeler;
    this.data = data;
    this.modeling = modeler.get('modeling');
    this.factory = modeler.get('bpmnFactory');
    this.writing = false;
    this.unfolded = false;
    const bus = modeler.get('eventBus');
    // A listener that returns something would keep the event from all others: hence the braces.
    bus.on('selection.changed', () => {
      this.draw();
    });
    bus.on('commandStack.changed', () => {
      // What was typed here is here already; drawing anew would take the focus away.
      if (!this.writing) this.draw();
    });
  }

  get element() {
    const selected = this.modeler.get('selection').get();
    return selected.length === 1 ? selected[0] : this.modeler.get('canvas').getRootElement();
  }

  // Without a selection, and for a pool, the properties of the process itself.
  subject(element) {
    const bo = getBusinessObject(element);
    if (is(bo, 'bpmn:Participant')) return bo.processRef ?? bo;
    if (!is(bo, 'bpmn:Collaboration')) return bo;
    return bo.participants?.find((one) => one.processRef)?.processRef ?? bo;
  }

  draw() {
    const element = this.element.labelTarget ?? this.element;
    // While a diagram is being read there is a root without anything behind it.
    if (!getBusinessObject(element)?.$type) return;
    const bo = this.subject(element);
    if (is(bo, 'bpmn:Activity')) {
      this.box.replaceChildren(this.heading(bo), ...this.step(element, bo));
      return;
    }
    const parts = [this.heading(bo), ...this.basics(element, bo)];
    if (is(bo, 'bpmn:SequenceFlow')) parts.push(...this.flow(element, bo));
    if (is(bo, 'bpmn:Event')) parts.push(...this.event(element, bo));
    parts.push(...this.attributes(element, bo), ...this.words(element, bo));
    this.box.replaceChildren(...parts);
  }

  step(element, bo) {
    const [name, id, note] = this.basics(element, bo);
    const words = this.words(element, bo);
    const main = MAIN.map((word) => words.find((one) => one.dataset.word === word)).filter(Boolean);
    const others = words.filter((one) => !main.includes(one));
    const called = is(bo, 'bpmn:CallActivity') ? [this.text({ label: '调用哪个流程', name: 'calledElement' }, element, bo, 'calledElement')] : [];
    const rare = [id, severalFields(this, element, bo), ...this.attributes(element, bo), ...others];
    const used = others.filter((one) => one.dataset.used).length;
    const fold = make('details', { className: 'studio-rare', open: this.unfolded }, make('summary', {}, make('strong', { textContent: '其他设置' }), `（不常改${used ? `，已设 ${used} 项` : ''}）`), ...rare);
    fold.addEventListener('toggle', () => {
      this.unfolded = fold.open;
    });
    return [name, ...called, ...main, note, fold];
  }

  write(deed, again = false) {
    this.writing = true;
    try {
      deed();
    } finally {
      this.writing = false;
    }
    if (again) this.draw();
  }

  set(element, target, values, again = false) {
    this.write(() => this.modeling.updateModdleProperties(element, target, values), again);
  }

  heading(bo) {
    const words = is(bo, 'bpmn:Process') ? '整个流程' : this.data.kinds(bo);
    return make('p', { className: 'soft small', textContent: words });
  }

  text(field, element, target, key, options) {
    const change = (value) => this.set(element, target, { [key]: value === '' ? undefined : value });
    const known = String(target.get(key) ?? '');
    const named = options?.length && options.every((one) => one.label) && !/\s/.test(known.replace(/^=.*/, ''));
    const control = named && !field.several ? namedField : textField;
    const asked = { ...field, disabled: !this.data.editable, hint: this.clauses(field, known, options) || field.hint };
    if (!known.startsWith('=')) return control(asked, known, change, options);
    const box = saidField(field, this.told(known), control({ ...asked, label: '表达式' }, known, change, options), this.data.draft);
    if (key === 'workingDays' && this.data.editable) box.append(this.fixedDays(box, asked, change));
    return box;
  }

  // Which rules are meant: their words stand below their numbers.
  clauses(field, known, options) {
    const words = new Map((options ?? []).map((one) => [one.value, one.label]));
    return field.several && known.split(/\s+/).every((one) => words.get(one)) ? known.split(/\s+/).map((one) => `${one}：${words.get(one)}`).join('　') : '';
  }

  // Where a step may be returned to, chosen by name.
  ways(field, element, one) {
    const steps = this.modeler.get('elementRegistry').filter((each) => is(each, 'bpmn:UserTask') && each !== element).map((each) => [each.id, each.businessObject.name || each.id]);
    const names = new Map([['previous', '上一环节'], ['initiator', '发起人'], ...steps]);
    const chosen = String(one.get('to') ?? '').split(/\s+/).filter(Boolean);
    const put = (id, on) => this.set(element, one, { to: [...names.keys()].filter((each) => (each === id ? on : chosen.includes(each))).join(' ') || undefined }, true);
    const boxes = [...names].map(([id, label]) => checkField({ label, disabled: !this.data.editable }, chosen.includes(id), (on) => put(id, on)));
    const words = make('p', { className: 'studio-means', textContent: chosen.map((id) => names.get(id) ?? id).join('、') || '还没有选' });
    return make('div', { className: 'studio-field', role: 'group', ariaLabel: '退回到' }, make('span', { className: 'field-label', textContent: '退回到' }), words, make('details', { className: 'studio-technical', open: !chosen.length }, make('summary', { textContent: '改去处' }), ...boxes));
  }

  // What a save has told anew.
  learn({ meanings, conditions, dates }) {
    if (!meanings) return;
    Object.assign(this.data, { meanings, conditions, dates });
    if (!this.box.contains(document.activeElement)) this.draw();
  }

  told(expression) {
    return this.data.meanings[expression.replace(/^=/, '').trim()];
  }

  fixedDays(box, field, change) {
    return button('改成固定天数', () => {
      const fixed = textField({ ...field, hint: '写数字，例如 3' }, '', change);
      box.replaceWith(fixed);
      fixed.querySelector('input').focus();
    }, 'btn btn-sm btn-link');
  }

  basics(element, bo) {
    const disabled = !this.data.editable;
    const name = textField({ label: '名称', name: 'name', disabled, long: (bo.name ?? '').length > 20 }, bo.name ?? '', (value) =>
      this.write(() => (bo === getBusinessObject(element) ? this.modeling.updateProperties(element, { name: value }) : this.modeling.updateModdleProperties(element, bo, { name: value })))
    );
    if (is(bo, 'bpmn:SequenceFlow')) return [name];
    const id = textField({ label: '标识（程序和历史里用的名字）', hint: '一般不用改；要改，用小写英文和下划线，例如 party_committee_decides', name: 'id', disabled: disabled || is(bo, 'bpmn:Process') }, bo.id, (value, control) => this.rename(element, bo, value, control));
    const said = bo.get('documentation')?.[0]?.text ?? '';
    const note = textField({ label: '给办事人看的说明', name: 'documentation', long: true, disabled }, said, (value) => this.document(element, bo, value));
    return [name, id, note];
  }

  rename(element, bo, value, control) {
    const taken = this.modeler.get('elementRegistry').get(value);
    if (/^[a-z][a-z0-9_]*$/.test(value) && !taken) {
      this.write(() => this.modeling.updateProperties(element, { id: value }));
    } else {
      control.value = bo.id;
      this.data.warn(taken ? `标识 ${value} 已经用了，请换一个。` : '标识只能用小写英文、数字和下划线，以字母开头。');
    }
  }

  document(element, bo, text) {
    const made = text ? [this.create('bpmn:Documentation', { text }, bo)] : [];
    this.set(element, bo, { documentation: made });
  }

  create(type, values, parent) {
    const made = this.factory.create(type, values);
    made.$parent = parent;
    return made;
  }

  flow(element, bo) {
    const disabled = !this.data.editable;
    const source = bo.sourceRef;
    const parts = [];
    if (/Gateway$/.test(source.$type)) {
      const put = (body) => this.write(() => this.modeling.updateProperties(element, { conditionExpression: body ? this.create('bpmn:FormalExpression', { body }, bo) : undefined }), true);
      const condition = this.condition(bo.conditionExpression?.body ?? '', put, disabled);
      const plain = checkField({ label: '缺省去路（别的条件都不成立时走）', name: 'default', disabled }, source.default === bo, (on) =>
        this.write(() => this.modeling.updateProperties(element.source, { default: on ? bo : undefined }))
      );
      parts.push(condition, plain);
    }
    if (!disabled) {
      parts.push(button('在这条线上加一个办理环节', () => insertStep(this.modeler, element)));
      parts.push(button('加一个符合条件才办的环节', () => {
        insertChecked(this.modeler, element);
        this.data.warn('请给新环节写名称，再点通向它的那条线，选什么时候走。');
      }));
    }
    return parts;
  }

  // A way's condition is chosen among the outcomes of the steps; any other is written as an expression.
  condition(body, put, disabled) {
    const known = this.data.conditions.some((one) => one.value === body);
    const other = body && !known ? [{ value: body, label: this.told(body)?.words ?? '另写的表达式（见技术细节）' }] : [];
    const options = [{ value: '', label: '（没有条件）' }, ...other, ...this.data.conditions];
    const choice = selectField({ label: '什么时候走这条线', name: 'condition-choice', disabled }, body, options, put);
    const text = textField({ label: '条件（表达式）', name: 'condition', long: true, disabled, hint: '例如 committee_outcome = "agree"' }, body, put);
    const parts = [choice];
    if (!disabled && this.data.dates.length > 1) parts.push(this.apart(put));
    return make('div', {}, ...parts, technical(text));
  }

  // 两个日期相隔多久: the one condition with a sum in it that owners ask for, without writing an expression.
  apart(put) {
    const { dates } = this.data;
    let [from, to, months] = [dates.find((one) => one.value.startsWith('start'))?.value ?? dates[0].value, dates.find((one) => one.value.startsWith('end'))?.value ?? dates[1].value, '3'];
    return make('details', { className: 'studio-technical' }, make('summary', { textContent: '按两个日期相隔多久' }),
      selectField({ label: '从', name: 'apart-from' }, from, dates, (value) => { from = value; }),
      selectField({ label: '到', name: 'apart-to' }, to, dates, (value) => { to = value; }),
      textField({ label: '超过几个月', name: 'apart-months', hint: '写数字，例如 3' }, months, (value) => { months = value.trim(); }),
      button('用这个条件', () => (/^[1-9]\d?$/.test(months) && from !== to ? put(`date(${to}) > date(${from}) + duration("P${months}M")`) : this.data.warn('请写 1 到 99 的月数，并选两个不同的日期。')))
    );
  }

  event(element, bo) {
    const disabled = !this.data.editable;
    const parts = [];
    const [definition] = bo.eventDefinitions ?? [];
    if (is(bo, 'bpmn:BoundaryEvent')) {
      parts.push(checkField({ label: '打断这个环节', name: 'cancelActivity', disabled }, bo.cancelActivity !== false, (on) => this.write(() => this.modeling.updateProperties(element, { cancelActivity: on }))));
    }
    if (definition && is(definition, 'bpmn:TimerEventDefinition')) parts.push(...this.timer(element, definition, disabled));
    if (definition && is(definition, 'bpmn:MessageEventDefinition')) parts.push(this.message(element, definition, disabled));
    return parts;
  }

  timer(element, definition, disabled) {
    const kind = Object.keys(TIMES).find((one) => definition[one]) ?? 'timeDate';
    const put = (chosen, body) => {
      const none = Object.fromEntries(Object.keys(TIMES).map((one) => [one, undefined]));
      this.set(element, definition, { ...none, [chosen]: this.create('bpmn:FormalExpression', { body }, definition) });
    };
    let chosen = kind;
    const body = () => definition[chosen]?.body ?? definition[kind]?.body ?? '';
    const options = Object.entries(TIMES).map(([value, label]) => ({ value, label }));
    const time = textField({ label: '时间（表达式）', name: 'time', long: true, disabled, hint: '例如 =date(end_date)，或 P3D（3 天）' }, body(), (value) => put(chosen, value));
    const told = this.told(body());
    return [
      selectField({ label: '定时', name: 'timer', disabled }, kind, options, (value) => { const text = body(); chosen = value; put(value, text); }),
      told ? saidField({ label: '时间' }, told, time, this.data.draft) : time,
    ];
  }

  message(element, definition, disabled) {
    return textField({ label: '消息名称（页面上按钮的字）', name: 'message', disabled }, definition.messageRef?.name ?? '', (name) => {
      if (definition.messageRef) return this.set(element, definition.messageRef, { name });
      const root = this.modeler.getDefinitions();
      const message = this.create('bpmn:Message', { name }, root);
      return this.write(() => {
        this.modeling.updateModdleProperties(element, root, { rootElements: [...root.rootElements, message] });
        this.modeling.updateModdleProperties(element, definition, { messageRef: message });
      });
    });
  }

  attributes(element, bo) {
    return this.data.attributes
      .filter((one) => one.within.includes(tagOf(bo)))
      .map((one) => this.text({ label: one.label, hint: one.hint, name: `jc-${one.name}`, several: one.list === 'clauses' }, element, bo, `jc:${one.name}`, this.options(one.list)));
  }

  words(element, bo) {
    return this.data.words.filter((word) => word.within.includes(tagOf(bo))).map((word) => this.word(word, element, bo));
  }

  held(bo, word) {
    return (bo.get('extensionElements')?.get('values') ?? []).filter((one) => one.$type === word.type);
  }

  word(word, element, bo) {
    const held = this.held(bo, word);
    const box = make('details', { className: 'studio-word', open: held.length > 0 }, make('summary', {}, make('strong', { textContent: word.label }), held.length ? `（${held.length}）` : ''));
    box.dataset.word = word.name;
    if (held.length) box.dataset.used = 'yes';
    for (const one of held) box.append(this.entry(word, element, one, () => this.drop(element, bo, one)));
    if (this.data.editable && (word.many || !held.length)) box.append(button(held.length ? '再加一个' : '加上', () => this.add(word, element, bo)));
    return box;
  }

  entry(word, element, one, remove) {
    const box = make('div', { className: 'studio-entry' });
    const codes = CODES[word.name] ?? [];
    const shown = word.attributes.filter((attribute) => !codes.includes(attribute.name));
    box.append(...shown.map((attribute) => this.attribute(word, attribute, element, one)));
    const resolver = word.attributes.some((attribute) => attribute.name === 'resolver') && this.data.resolvers.find((found) => found.value === one.get('resolver'));
    if (resolver) {
      const known = resolver.parameters.map((each) => each.name);
      const others = Object.keys(one.$attrs).filter((key) => !known.includes(key) && !key.startsWith('xmlns')).map((name) => ({ name, label: name }));
      for (const each of [...resolver.parameters, ...others]) {
        box.append(this.text({ label: each.label, hint: each.hint, name: `${word.name}-${each.name}` }, element, one, each.name, this.options(each.list)));
      }
    }
    for (const child of word.children) box.append(this.children(child, element, one));
    if (codes.length) box.append(technical(...word.attributes.filter((attribute) => codes.includes(attribute.name)).map((attribute) => this.attribute(word, attribute, element, one))));
    if (this.data.editable) box.append(button(`去掉`, remove, 'btn btn-sm btn-link'));
    return box;
  }

  attribute(word, attribute, element, one) {
    const field = { label: attribute.label, hint: attribute.hint, required: attribute.required, name: `${word.name}-${attribute.name}`, disabled: !this.data.editable };
    const value = one.get(attribute.name) ?? '';
    if (word.name === 'return' && attribute.name === 'to') return this.ways(field, element, one);
    if (word.name === 'return' && attribute.name === 'back') return selectField({ ...field, hint: '' }, value || 'step', BACK, (next) => this.set(element, one, { back: next }));
    if (attribute.name === 'resolver') return selectField(field, value, this.data.resolvers, (next) => this.set(element, one, { resolver: next }, true));
    if (attribute.choices.length) return selectField(field, value, [{ value: '', label: '（不写）' }, ...attribute.choices], (next) => this.set(element, one, { [attribute.name]: next || undefined }));
    return this.text({ ...field, several: attribute.list === 'clauses' }, element, one, attribute.name, this.options(attribute.list, one));
  }

  children(word, element, parent) {
    const key = `${word.name}s`;
    const held = parent.get(key) ?? [];
    const box = make('details', { className: 'studio-word', open: held.length > 0 && held.length < 6 }, make('summary', { textContent: `${word.label}（${held.length}）` }));
    const put = (list) => this.set(element, parent, { [key]: list }, true);
    for (const one of held) box.append(this.entry(word, element, one, () => put(held.filter((each) => each !== one))));
    if (this.data.editable) box.append(button('加一个', () => put([...held, this.create(word.type, this.beginning(word), parent)])));
    return box;
  }

  beginning(word) {
    const chosen = word.attributes.filter((one) => one.required && one.choices.length);
    return Object.fromEntries(chosen.map((one) => [one.name, one.choices.find((each) => each.value === 'edit')?.value ?? one.choices[0].value]));
  }

  add(word, element, bo) {
    const values = word.attributes.some((one) => one.name === 'resolver') ? { resolver: 'initiator' } : this.beginning(word);
    // Nobody has to think of a code: it only must not be another one's.
    if (word.name === 'outcome') {
      const taken = this.held(bo, word).map((one) => one.get('value'));
      values.value = [...taken, ''].map((_, at) => `result_${at + 1}`).find((code) => !taken.includes(code));
    }
    const ext = bo.get('extensionElements');
    if (ext) return this.set(element, ext, { values: [...ext.get('values'), this.create(word.type, values, ext)] }, true);
    const made = this.create('bpmn:ExtensionElements', { values: [] }, bo);
    made.get('values').push(this.create(word.type, values, made));
    return this.set(element, bo, { extensionElements: made }, true);
  }

  drop(element, bo, one) {
    const ext = bo.get('extensionElements');
    this.set(element, ext, { values: ext.get('values').filter((each) => each !== one) }, true);
  }

  options(list, one) {
    const { choices } = this.data;
    const plain = (names) => names.map((value) => ({ value, label: '' }));
    const titled = (names) => names.map((value) => ({ value, label: choices.titles[value] ?? value }));
    switch (list) {
      case 'forms': return titled(Object.keys(choices.forms));
      case 'fields': return (choices.forms[one?.$parent?.get('name')] ?? []).map(({ key, label }) => ({ value: key, label }));
      case 'letters': return titled(choices.letters);
      case 'clauses': return choices.clauses.map(({ id, words }) => ({ value: id, label: words }));
      case 'decisions': return choices.decisions.map(({ id, name }) => ({ value: id, label: name }));
      case 'registers': return titled(Object.keys(choices.registers));
      case 'statuses': return plain(choices.registers[one?.get('register')]?.statuses ?? []);
      case 'columns': return plain(choices.registers[one?.$parent?.get('register')]?.columns ?? []);
      case 'posts': return plain(choices.posts);
      case 'kinds': return plain(choices.kinds);
      case 'streets': return choices.streets.map(({ id, name }) => ({ value: id, label: name }));
      case 'organs': return choices.organs.map(({ id, name }) => ({ value: id, label: name }));
      default: return [];
    }
  }
}
