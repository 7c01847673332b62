/** A small table of label and value, as nodes: the content of a chart's tooltip. */
export function readout(
  title: string,
  rows: readonly (readonly [label: string, value: string])[],
): HTMLElement {
  const box = document.createElement('div');
  box.className = 'readout';
  const head = document.createElement('strong');
  head.textContent = title;
  box.append(head);
  for (const [label, value] of rows) {
    const line = document.createElement('div');
    const name = document.createElement('span');
    name.textContent = label;
    const number = document.createElement('span');
    number.textContent = value;
    line.append(name, number);
    box.append(line);
  }
  return box;
}
