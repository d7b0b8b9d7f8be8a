// What the checks found, as a list; “去改” selects the element, row or field, or opens the file where it is.

const FILE = /^([\w@-]+\.(?:dmn|form|letter|feature|bpmn))(?::(.*))?$/;

// The file that a finding speaks of, unless it is the one that is open.
function elsewhere(root, place) {
  const { draft, name } = root.dataset;
  const [, file, rest] = FILE.exec(place) ?? [];
  return file && file !== name ? `/studio/${draft}/files/${file}${rest ? `#${encodeURIComponent(rest)}` : ''}` : '';
}

export function listFindings(root, findings, jump) {
  const panel = root.querySelector('[data-panel=findings]');
  const errors = findings.filter((one) => one.severity === 'error').length;
  root.querySelector('[data-count]').textContent = findings.length ? `${errors} 错误 ${findings.length - errors} 提醒` : '没有';
  if (!findings.length) {
    panel.replaceChildren(Object.assign(document.createElement('p'), { textContent: '没有发现问题。', className: 'soft' }));
    return;
  }
  const list = document.createElement('ul');
  list.className = 'studio-findings';
  for (const one of findings) {
    const item = document.createElement('li');
    const place = jump?.(one.place, one);
    const said = document.createElement('span');
    said.className = one.severity === 'error' ? 'is-over' : 'is-soon';
    said.textContent = `${one.severity === 'error' ? '错误' : '提醒'}：${one.message}`;
    item.append(said);
    const link = place ? '' : elsewhere(root, one.place);
    if (link) item.append(' ', Object.assign(document.createElement('a'), { href: link, textContent: '去改', ariaLabel: `去改：${one.message}` }));
    if (place) {
      const change = document.createElement('button');
      change.type = 'button';
      change.textContent = '去改';
      change.setAttribute('aria-label', `去改：${one.message}`);
      change.addEventListener('click', place);
      item.append(' ', change);
    }
    list.append(item);
  }
  panel.replaceChildren(list);
}
