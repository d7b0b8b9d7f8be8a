// Long lists of people and organs are found by typing. The list itself is the page's own and works without this.
import { fits, Suggestions, wordsOf } from './suggest.js';

const PASSED_ON = ['class', 'aria-label', 'aria-required', 'aria-invalid', 'aria-describedby'];

// A field stands in the place of the select, which stays on the page with the choice: the form sends it, and who looks at it hears of
// a change. Left with something that is no choice, the field shows again what is chosen.
function typeInto(select, hint) {
  const field = document.createElement('input');
  field.type = 'text';
  field.id = select.id;
  field.placeholder = hint;
  for (const name of PASSED_ON) if (select.hasAttribute(name)) field.setAttribute(name, select.getAttribute(name));
  field.classList.replace('form-select', 'form-control');
  field.classList.replace('form-select-sm', 'form-control-sm');
  field.classList.add('is-pick');
  select.removeAttribute('id');
  select.classList.add('visually-hidden');
  select.tabIndex = -1;
  select.setAttribute('aria-hidden', 'true');
  select.before(field);

  const options = [...select.options].map((option) => {
    const group = option.closest('optgroup')?.label ?? '';
    const text = option.textContent.trim();
    return { option, text, group, all: `${group} ${text}` };
  });
  const chosen = () => (select.value ? select.selectedOptions[0].textContent.trim() : '');
  const show = () => {
    field.value = chosen();
  };
  const choose = (value) => {
    if (select.value !== value) {
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    show();
  };
  // The whole list while the field still says what is chosen: one looks for somebody else.
  const find = (text) => options.filter((one) => one.option.value && (text === chosen() || fits(wordsOf(text), one.all)));
  const leave = () => {
    const text = field.value.trim();
    if (text === chosen()) return;
    const left = find(text);
    if (!text) choose('');
    else if (left.length === 1) choose(left[0].option.value);
    show();
  };
  const list = new Suggestions(field, { find, take: (one) => choose(one.option.value), leave, none: '没有符合的，请换几个字' });
  field.addEventListener('click', () => {
    if (!list.isOpen) list.open();
    field.select();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') show();
    // Enter looks for somebody; it never hands the form in.
    else if (event.key === 'Enter' && !event.defaultPrevented) {
      event.preventDefault();
      list.open();
    }
  });
  select.addEventListener('change', show);
  select.addEventListener('focus', () => field.focus());
  // Going back, the browser puts the choices in after this ran.
  window.addEventListener('pageshow', show);
  show();
  // A part that was drawn anew while one was here: the focus came to the select.
  if (document.activeElement === select) field.focus();
}

function searchBoxes(field, box) {
  const said = field.nextElementSibling;
  const tell = (found) => {
    const chosen = box.querySelectorAll('.form-check input:checked').length;
    said.textContent = [...(found === undefined ? [] : [`${found} 个符合`]), ...(chosen ? [`已选 ${chosen} 个`] : [])].join('，');
  };
  const look = () => {
    const words = wordsOf(field.value);
    let found = 0;
    for (const group of box.querySelectorAll('details')) {
      const heading = group.querySelector('summary').textContent;
      let here = 0;
      for (const one of group.querySelectorAll('.form-check')) {
        const fit = fits(words, heading + one.textContent);
        one.hidden = !fit && !one.querySelector('input').checked;
        here += fit ? 1 : 0;
      }
      group.hidden = here === 0 && !group.querySelector('input:checked');
      if (words.length) group.open = here > 0;
      found += here;
    }
    tell(words.length ? found : undefined);
  };
  field.addEventListener('input', look);
  box.addEventListener('change', look);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault(); // Enter must not hand the form in
    box.querySelector('details:not([hidden]) .form-check:not([hidden]) input')?.focus();
  });
  tell();
}

function searchPickers(root) {
  for (const pick of root.querySelectorAll('[data-pick]:not([data-pick-ready])')) {
    pick.dataset.pickReady = '';
    const select = pick.querySelector('select');
    if (select) typeInto(select, pick.dataset.pick);
    else searchBoxes(pick.querySelector('input[type=search]'), pick);
  }
}

// A part of a form that was asked for anew has its lists without any of this.
export function searchLongLists(root) {
  searchPickers(root);
  root.addEventListener('htmx:load', (event) => searchPickers(event.detail.elt));
}
