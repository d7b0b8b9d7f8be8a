// The live count of a meeting panel: how many members, present, agreeing. Only a help for the secretary;
// the server counts again and its sentence is the one that stands.

const AWAY = new Set(['absent', 'recused']);

function tally(panel) {
  const votes = { agree: 0, disagree: 0, abstain: 0, absent: 0, recused: 0 };
  for (const radio of panel.querySelectorAll('input[type=radio]:checked')) votes[radio.value] += 1;
  const members = panel.querySelectorAll('[data-member]').length;
  const present = votes.agree + votes.disagree + votes.abstain;
  return { ...votes, members, present, open: members - present - votes.absent - votes.recused };
}

function sentence(count) {
  const open = count.open > 0 ? `；尚有 ${count.open} 人未填` : '';
  return (
    `应到 ${count.members} 人，回避 ${count.recused} 人，缺席 ${count.absent} 人，实到 ${count.present} 人；` +
    `同意 ${count.agree}，不同意 ${count.disagree}，弃权 ${count.abstain}${open}。`
  );
}

function refresh(panel) {
  const output = panel.querySelector('[data-count]');
  if (output) output.textContent = sentence(tally(panel));
  for (const row of panel.querySelectorAll('[data-member]')) {
    const vote = row.querySelector('input[type=radio]:checked')?.value;
    row.classList.toggle('is-away', AWAY.has(vote));
  }
}

export function countMeetings(root) {
  for (const panel of root.querySelectorAll('[data-meeting]')) {
    panel.addEventListener('change', () => refresh(panel));
    refresh(panel);
  }
}
