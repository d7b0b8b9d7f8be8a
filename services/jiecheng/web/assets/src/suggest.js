// A text field that shows what fits while one types: a combobox with a list box as WAI-ARIA describes it. It knows nothing of
// where the choices come from and what becomes of the one that is taken.

const MOST = 300;
let counter = 0;

export const wordsOf = (text) => text.trim().split(/\s+/).filter(Boolean);
export const fits = (words, text) => words.every((word) => text.includes(word));

function say(element, attributes) {
  for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
  return element;
}

const make = (tag, properties, attributes = {}) => say(Object.assign(document.createElement(tag), properties), attributes);

// `find(text)`: choices ({ text, group }) or a promise of them; `take(one)`: one was chosen; `leave()`: the field was left;
// `none`: what is said when nothing fits.
export class Suggestions {
  constructor(field, deeds) {
    Object.assign(this, { leave: () => {} }, deeds, { field, found: [], active: -1, asked: 0 });
    this.list = make('div', { className: 'suggested', id: `suggested-${(counter += 1)}`, hidden: true }, { role: 'listbox', 'aria-label': '可以选的' });
    this.said = make('span', { className: 'visually-hidden' }, { role: 'status' });
    const box = make('div', { className: 'suggest' });
    field.replaceWith(box);
    box.append(field, this.list, this.said);
    field.autocomplete = 'off';
    say(field, { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id });
    field.addEventListener('input', (event) => event.isComposing || this.open());
    field.addEventListener('compositionend', () => this.open());
    field.addEventListener('keydown', (event) => this.press(event));
    field.addEventListener('blur', () => {
      this.close();
      this.leave();
    });
    // The field keeps the focus while one points into the list.
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => {
      const at = event.target.closest('[role=option]')?.dataset.at;
      if (at !== undefined) this.choose(Number(at));
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  async open(text = this.field.value) {
    const asked = (this.asked += 1);
    const found = await this.find(text);
    // Slower than the next letter, or the field was left meanwhile.
    if (asked !== this.asked || document.activeElement !== this.field) return;
    this.draw(found);
  }

  draw(found) {
    this.found = found.slice(0, MOST);
    this.active = -1;
    this.field.removeAttribute('aria-activedescendant');
    const groups = new Map();
    this.found.forEach((one, at) => {
      const name = one.group ?? '';
      if (!groups.has(name)) groups.set(name, this.group(name));
      groups.get(name).append(make('div', { textContent: one.text, id: `${this.list.id}-${at}` }, { role: 'option', 'aria-selected': 'false', 'data-at': String(at) }));
    });
    this.list.replaceChildren(...groups.values());
    if (!found.length && this.none) this.list.append(make('div', { className: 'suggested-head', textContent: this.none }, { role: 'presentation' }));
    this.list.hidden = !this.list.childElementCount;
    this.field.setAttribute('aria-expanded', String(this.isOpen));
    this.said.textContent = this.found.length ? `${found.length} 个符合，用上下键选择` : '没有符合的';
    this.list.scrollTop = 0;
  }

  group(name) {
    if (!name) return make('div', {}, { role: 'presentation' });
    const made = make('div', {}, { role: 'group', 'aria-label': name });
    made.append(make('div', { className: 'suggested-head', textContent: name }, { role: 'presentation' }));
    return made;
  }

  close() {
    this.asked += 1;
    this.list.hidden = true;
    this.active = -1;
    this.said.textContent = '';
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }

  choose(at) {
    const one = this.found[at];
    this.close();
    this.take(one);
  }

  move(by) {
    const options = this.list.querySelectorAll('[role=option]');
    if (!options.length) return;
    options[this.active]?.setAttribute('aria-selected', 'false');
    this.active = (this.active + by + options.length + (this.active < 0 && by < 0 ? 1 : 0)) % options.length;
    const now = options[this.active];
    now.setAttribute('aria-selected', 'true');
    now.scrollIntoView({ block: 'nearest' });
    this.field.setAttribute('aria-activedescendant', now.id);
  }

  press(event) {
    if (event.isComposing) return;
    const key = event.key;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (this.isOpen) this.move(key === 'ArrowDown' ? 1 : -1);
      else this.open();
    } else if (key === 'Enter' && this.found.length && this.isOpen) this.choose(Math.max(0, this.active));
    else if (key === 'Escape' && this.isOpen) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
