// What the checks found, as a list; a press jumps to the place where there is one.

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
    const place = jump?.(one.place);
    const said = document.createElement(place ? 'button' : 'span');
    if (place) {
      said.type = 'button';
      said.addEventListener('click', place);
    }
    said.className = one.severity === 'error' ? 'is-over' : 'is-soon';
    said.textContent = `${one.severity === 'error' ? '错误' : '提醒'}：${one.message}`;
    item.append(said);
    list.append(item);
  }
  panel.replaceChildren(list);
}
