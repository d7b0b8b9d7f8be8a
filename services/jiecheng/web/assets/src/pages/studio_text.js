// A text of a draft: leaving with unsaved changes is asked about, Ctrl+S saves. The form works without this.
const form = document.querySelector('[data-guarded]');
const text = form.querySelector('textarea');
const before = text.value;
let sent = false;

form.addEventListener('submit', () => {
  sent = true;
});
window.addEventListener('beforeunload', (event) => {
  if (!sent && text.value !== before) event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
  event.preventDefault();
  form.requestSubmit();
});
