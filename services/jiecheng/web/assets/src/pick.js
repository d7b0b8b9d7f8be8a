// Long lists of people and organs get a field to search in. The list itself is the page's own and works without this.

const shown = (words, text) => words.every((word) => text.includes(word));
const wordsOf = (field) => field.value.trim().split(/\s+/).filter(Boolean);

// A select keeps what fits and shows it open; Enter takes the first. What is chosen never vanishes.
function searchSelect(field, select) {
  const all = [...select.querySelectorAll('option')].map((option) => ({ option, group: option.closest('optgroup'), text: `${option.closest('optgroup')?.label ?? ''}${option.textContent}` }));
  const groups = [...new Set(all.map((one) => one.group))];
  const fit = () => {
    const words = wordsOf(field);
    const kept = all.filter((one) => !one.option.value || one.option.selected || shown(words, one.text));
    // An option that is taken out leaves the choice to the next one: what was chosen is put back at the end.
    const chosen = select.value;
    for (const one of all) one.option.remove();
    for (const group of groups) group?.remove();
    for (const one of kept) {
      if (one.group && !one.group.isConnected) select.append(one.group);
      (one.group ?? select).append(one.option);
    }
    select.value = chosen;
    select.size = words.length ? Math.min(8, Math.max(2, kept.length + 1)) : 0;
    return kept.filter((one) => one.option.value && shown(words, one.text));
  };
  field.addEventListener('input', () => {
    const found = fit().length;
    field.nextElementSibling.textContent = field.value.trim() ? `${found} 个符合` : '';
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') select.focus();
    else if (event.key === 'Enter') {
      const first = fit()[0];
      if (first) {
        select.value = first.option.value;
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }
      select.focus();
    } else return;
    event.preventDefault();
  });
  // Chosen: the list folds again, with everything in it.
  const done = () => {
    field.value = '';
    field.nextElementSibling.textContent = '';
    fit();
  };
  select.addEventListener('change', () => {
    if (select.size <= 1 || document.activeElement !== select) done();
  });
  select.addEventListener('blur', done);
}

function searchBoxes(field, box) {
  field.addEventListener('input', () => {
    const words = wordsOf(field);
    let found = 0;
    for (const group of box.querySelectorAll('details')) {
      const heading = group.querySelector('summary').textContent;
      let here = 0;
      for (const one of group.querySelectorAll('.form-check')) {
        const fits = shown(words, heading + one.textContent);
        one.hidden = !fits && !one.querySelector('input').checked;
        here += fits ? 1 : 0;
      }
      group.hidden = here === 0 && !group.querySelector('input:checked');
      if (words.length) group.open = here > 0;
      found += here;
    }
    field.nextElementSibling.textContent = words.length ? `${found} 个符合` : '';
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault(); // Enter must not hand the form in
    box.querySelector('details:not([hidden]) .form-check:not([hidden]) input')?.focus();
  });
}

export function searchPickers(root) {
  for (const pick of root.querySelectorAll('[data-pick]')) {
    const field = pick.querySelector('input[type=search]');
    const select = pick.querySelector('select');
    if (select) searchSelect(field, select);
    else searchBoxes(field, pick);
  }
}
