// Files go up as soon as they are chosen or dropped, one after the other, each with its progress; the page stays where it is.
// Without this script the button beside the field sends them with the form.

const MOST = 20 * 1024 * 1024;
const ONE_AT_A_TIME = '换新的一版时一次只选一个文件，没有上传。要另外添加几个，请先选“不是，另外添加”。';

export function uploadBeside(root) {
  for (const place of root.querySelectorAll('[data-upload]')) {
    const field = place.querySelector('input[type=file]');
    if (!field) continue;
    const list = root.createElement('ul');
    list.className = 'uploads';
    list.setAttribute('role', 'status');
    place.append(list);
    field.addEventListener('change', () => {
      const files = [...field.files];
      field.value = '';
      send(place, field, list, files);
    });
    place.addEventListener('dragover', (event) => event.preventDefault());
    place.addEventListener('drop', (event) => {
      event.preventDefault();
      send(place, field, list, [...event.dataTransfer.files]);
    });
  }
}

async function send(place, field, list, files) {
  list.replaceChildren();
  const lines = files.map((file) => line(list, file));
  if (files.length > 1 && replacing(place, field)) {
    for (const one of lines) one.say(ONE_AT_A_TIME);
    return;
  }
  for (let number = 0; number < files.length; number += 1) {
    const file = files[number];
    const large = file.size > MOST;
    const said = large ? '超过 20 MB 的上限，没有上传。请压缩或拆分后再传。' : await sendOne(place, field, file, lines[number].bar);
    lines[number].say(said);
  }
  await showList();
}

function line(list, file) {
  const item = document.createElement('li');
  const name = document.createElement('bdi');
  const bar = document.createElement('progress');
  const words = document.createElement('span');
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  item.append(name, ' ', bar, ' ', words);
  list.append(item);
  return {
    bar,
    say(said) {
      bar.remove();
      words.textContent = said || '已上传。';
      words.className = said ? 'is-over' : 'is-done';
    },
  };
}

// The attachment of which the chosen file is the next version, '' for none.
function replacing(place, field) {
  return (place.querySelector('[name=_replaces]') ?? field.form.elements._replaces)?.value ?? '';
}

// Why it was not taken, '' when it was.
function sendOne(place, field, file, bar) {
  const form = field.form;
  const body = new FormData();
  for (const name of ['_csrf', '_identity']) body.set(name, form.elements[name]?.value ?? '');
  const replaced = replacing(place, field);
  if (replaced) body.set('_replaces', replaced);
  body.set('_files', file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('POST', place.dataset.upload);
    request.setRequestHeader('x-beside', '1');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener('load', () => {
      const plain = (request.getResponseHeader('content-type') ?? '').startsWith('text/plain');
      if (request.status === 200 && plain) done('');
      else done(plain ? request.responseText : '没有上传，请刷新页面再试。');
    });
    request.addEventListener('error', () => done('网络中断，没有上传。请再选一次。'));
    request.send(body);
  });
}

// Only the list, and the choice of what is replaced, are drawn anew: what stands in the form is not touched.
async function showList() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // The choice comes as a whole: given new lines only, a browser chooses one, and the next file would take its place.
  for (const id of ['file-list', 'file-replaces']) {
    const now = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (now && next) now.replaceWith(next);
  }
}
