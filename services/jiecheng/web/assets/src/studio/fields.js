// Small form controls for the properties panel. Values go in, changes come out; none knows a diagram.

let counter = 0;

export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function labelled(control, { label, hint, required }) {
  control.id = `field-${(counter += 1)}`;
  const name = make('label', { htmlFor: control.id, className: 'field-label', textContent: required ? `${label} *` : label });
  const parts = [name, control];
  if (hint) parts.push(make('p', { className: 'soft small', textContent: hint }));
  return make('div', { className: 'studio-field' }, ...parts);
}

// `options`: [{ value, label }] that are offered; anything else may be typed.
export function textField(field, value, change, options = []) {
  const long = field.long ?? value.length > 34;
  const control = make(long ? 'textarea' : 'input', { className: 'form-control', value, autocomplete: 'off', disabled: field.disabled });
  if (long) control.rows = Math.min(8, Math.ceil(value.length / 26) + 1);
  if (field.name) control.name = field.name;
  let known = value;
  control.addEventListener('change', () => {
    if (control.value === known) return;
    known = control.value;
    change(control.value, control);
  });
  const box = labelled(control, field);
  if (options.length && !long) {
    const list = make('datalist', { id: `${control.id}-list` });
    list.append(...options.map((one) => make('option', { value: one.value, textContent: one.label })));
    control.setAttribute('list', list.id);
    box.append(list);
  }
  return box;
}

// A code that people know by a name: they see, search and choose the name, the code is what is kept. An expression, or a
// code that is not in the list, stands as it is.
export function namedField(field, value, change, options) {
  const names = new Map(options.map((one) => [one.value, one.label]));
  const codes = new Map(options.map((one) => [one.label, one.value]));
  const shown = (code) => names.get(code) ?? code;
  const control = make('input', { className: 'form-control', value: shown(value), autocomplete: 'off', disabled: field.disabled, placeholder: '输入几个字，从名单里选' });
  if (field.name) control.name = field.name;
  const note = make('p', { className: 'soft small' });
  const tell = () => {
    if (!value) note.textContent = field.hint ?? '';
    else if (names.has(value)) note.textContent = `标识 ${value}`;
    else note.textContent = value.startsWith('=') ? '由表达式给出' : `名单里没有“${value}”，请核对`;
  };
  control.addEventListener('change', () => {
    const typed = control.value.trim();
    const only = options.filter((one) => typed && one.label.includes(typed));
    const next = codes.get(typed) ?? (names.has(typed) || typed.startsWith('=') || only.length !== 1 ? typed : only[0].value);
    control.value = shown(next);
    if (next === value) return;
    value = next;
    tell();
    change(value, control);
  });
  const box = labelled(control, { ...field, hint: '' });
  const list = make('datalist', { id: `${control.id}-list` });
  list.append(...options.map((one) => make('option', { value: one.label })));
  control.setAttribute('list', list.id);
  tell();
  box.append(list, note);
  return box;
}

export const technical = (...parts) => make('details', { className: 'studio-technical' }, make('summary', { textContent: '技术细节' }), ...parts);

// A value that is worked out stands in words, its expression folded away. `told`: { words, file }, nothing when there are no words.
export function saidField(field, told, control, draft) {
  const words = make('p', { className: 'studio-means', textContent: told ? told.words : '办理时按表达式算出' });
  if (told?.file) words.append(' ', make('a', { href: `/studio/${draft}/files/${told.file}`, textContent: '去改这张表' }));
  return make('div', { className: 'studio-field', role: 'group', ariaLabel: field.label }, make('span', { className: 'field-label', textContent: field.label }), words, technical(control));
}

export function selectField(field, value, options, change) {
  const control = make('select', { className: 'form-select', disabled: field.disabled });
  if (field.name) control.name = field.name;
  const known = options.some((one) => one.value === value);
  if (!known) control.append(make('option', { value, textContent: value || '（请选择）' }));
  control.append(...options.map((one) => make('option', { value: one.value, textContent: one.label })));
  control.value = value;
  control.addEventListener('change', () => {
    if (control.value !== value) change((value = control.value));
  });
  return labelled(control, field);
}

export function checkField(field, value, change) {
  const control = make('input', { type: 'checkbox', className: 'form-check-input', checked: value, disabled: field.disabled });
  if (field.name) control.name = field.name;
  control.id = `field-${(counter += 1)}`;
  let known = value;
  control.addEventListener('change', () => {
    if (control.checked !== known) change((known = control.checked));
  });
  return make('div', { className: 'form-check' }, control, make('label', { htmlFor: control.id, textContent: field.label, className: 'form-check-label' }));
}

export function button(label, press, className = 'btn btn-sm btn-secondary') {
  const made = make('button', { type: 'button', textContent: label, className });
  made.addEventListener('click', press);
  return made;
}
