// Phrases for opinions: with a script the chosen one goes in where the cursor stands and the page stays as it is.
// Without it the same button sends the form, and the page comes back with the phrase in the field.

export function insertPhrases(root) {
  for (const box of root.querySelectorAll('[data-phrases]')) {
    const field = root.getElementById(box.dataset.phrases);
    const choice = box.querySelector('select');
    const press = box.querySelector('[data-phrase]');
    if (!field || !choice || !press) continue;
    press.addEventListener('click', (event) => {
      event.preventDefault();
      if (!choice.value) {
        choice.focus();
        return;
      }
      put(field, choice.value);
    });
  }
}

function put(field, words) {
  const room = field.maxLength > 0 ? field.maxLength - field.value.length + (field.selectionEnd - field.selectionStart) : Infinity;
  if (words.length > room) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, 'end');
  field.focus();
  // The draft that saves itself listens to typing.
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
