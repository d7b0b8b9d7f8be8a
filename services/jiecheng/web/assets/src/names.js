// Fields in which people and organs are written by name: what fits is offered while one types, from the page's own list or, where
// that would be too long, from the server; from both where the list holds only those who are near. Whatever is typed stays what it is; without this script one types it whole.
import { fits, Suggestions, wordsOf } from './suggest.js';

const BETWEEN = /[、,，;；]/;
const WAIT = 150;

function fromList(list) {
  const all = [...list.options].map((option) => ({ text: option.value }));
  return (text) => all.filter((one) => fits(wordsOf(text), one.text));
}

function fromServer(address) {
  let asked = 0;
  return async (text) => {
    const mine = (asked += 1);
    await new Promise((go) => setTimeout(go, WAIT));
    if (mine !== asked) return [];
    try {
      const answer = await fetch(`${address}?text=${encodeURIComponent(text)}`, { headers: { accept: 'application/json' } });
      return answer.ok ? (await answer.json()).names.map((name) => ({ text: name })) : [];
    } catch {
      return []; // no suggestions; the field works as before
    }
  };
}

// First those of the page's own list, then everybody else whom it fits.
function fromBoth(list, address) {
  const near = fromList(list);
  const all = fromServer(address);
  return async (text) => {
    const own = near(text);
    const known = new Set(own.map((one) => one.text));
    const others = text.trim() ? await all(text) : [];
    return [
      ...own.map((one) => ({ ...one, group: '本单位' })),
      ...others.filter((one) => !known.has(one.text)).map((one) => ({ ...one, group: '其他单位' })),
    ];
  };
}

// Of several names it is the one where one types that is looked for and replaced.
function lastOf(text) {
  const pieces = text.split(BETWEEN);
  const last = pieces[pieces.length - 1];
  return { before: text.slice(0, text.length - last.length), last: last.trim() };
}

function sourceOf(field, list) {
  if (!list) return fromServer(field.dataset.names);
  return field.hasAttribute('data-wide') ? fromBoth(list, field.dataset.names) : fromList(list);
}

export function offerNames(root) {
  for (const field of root.querySelectorAll('input[data-names]')) {
    const list = field.list;
    const several = field.hasAttribute('data-several');
    field.removeAttribute('list');
    const source = sourceOf(field, list);
    const piece = (text) => (several ? lastOf(text) : { before: '', last: text.trim() });
    const offered = new Suggestions(field, {
      find: (text) => {
        const last = piece(text).last;
        return last || list ? source(last) : [];
      },
      take: (one) => {
        field.value = piece(field.value).before + one.text + (several ? '、' : '');
        field.dispatchEvent(new Event('change', { bubbles: true }));
      },
    });
    if (list) field.addEventListener('click', () => offered.isOpen || offered.open());
  }
}
