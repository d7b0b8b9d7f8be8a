// A text of a draft: leaving with unsaved changes is asked about, Ctrl+S saves. The form works without this.
const form = document.querySelector('[data-guarded]');
const text = form.querySelector('textarea');
// What came back after a "no" or a new login is not saved yet.
const before = 'unsaved' in form.dataset ? undefined : text.value;
let sent = false;

// #L12: a report, or a finding above the text, speaks of this line.
const goToLine = () => {
  const line = Number(/^#L(\d+)$/.exec(window.location.hash)?.[1]);
  if (!line) return;
  const lines = text.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
  text.scrollTop = Math.max(0, (text.scrollHeight / lines.length) * (line - 3));
};
goToLine();
window.addEventListener('hashchange', goToLine);

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
