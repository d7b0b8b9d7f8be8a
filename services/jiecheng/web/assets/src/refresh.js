// A form that is drawn anew after a choice must not lose what was typed while the answer was on its way:
// an answer to an older state is thrown away and asked for again.

function typed(part) {
  const values = [];
  for (const field of part.querySelectorAll('input, select, textarea')) {
    if (field.type === 'checkbox' || field.type === 'radio') values.push(`${field.name}=${field.checked ? field.value : ''}`);
    else if (field.type === 'select-multiple') values.push(`${field.name}=${[...field.selectedOptions].map((one) => one.value)}`);
    else if (field.type !== 'file') values.push(`${field.name}=${field.value}`);
  }
  return values.join('\n');
}

export function keepWhatIsTyped(root) {
  const asked = new WeakMap();
  root.addEventListener('htmx:beforeRequest', (event) => {
    const part = event.detail.elt;
    if (part.classList.contains('jc-form')) asked.set(part, typed(part));
  });
  root.addEventListener('htmx:beforeSwap', (event) => {
    const part = event.detail.target;
    if (!asked.has(part) || asked.get(part) === typed(part)) return;
    event.detail.shouldSwap = false;
    part.querySelector('[data-watched]')?.dispatchEvent(new Event('change', { bubbles: true }));
  });
}
