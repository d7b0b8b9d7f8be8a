// Forms are sent once. The server refuses a second send by its operation key anyway; this spares people the wait.

export function submitOnce(root) {
  root.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.sent === 'yes') {
      event.preventDefault();
      return;
    }
    if (event.submitter?.formTarget === '_blank' || form.method === 'get') return;
    form.dataset.sent = 'yes';
    form.setAttribute('aria-busy', 'true');
    // Buttons stay enabled: a disabled button would not send its own name and value.
    event.submitter?.classList.add('is-sending');
  });
  // Coming back with the browser's "back" must find a form that can be sent.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      form.removeAttribute('aria-busy');
      for (const button of form.querySelectorAll('.is-sending')) button.classList.remove('is-sending');
    }
  });
}

// What went wrong is read first, also by a screen reader: not every browser heeds `autofocus` on a plain box.
export function showProblem(root) {
  const box = root.getElementById('problem');
  // Where the sentence stands at its field, one goes on right there.
  (box?.hasAttribute('autofocus') ? box : root.querySelector('[aria-invalid][autofocus]'))?.focus();
}

// After a log-in in mid-form the filled form is the answer to /login; the address bar should name the form itself.
export function showOwnAddress(root) {
  const address = root.body.dataset.address;
  if (address?.startsWith('/') && !address.startsWith('//')) history.replaceState(null, '', address);
}
