/** Breaks a text at a display width; a Chinese character is two wide. (cli-table3 loses characters there.) */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  let wrapped = '';
  let used = 0;
  for (const sign of line) {
    const wide = sign > '\u2e7f' ? 2 : 1;
    if (used + wide > width) {
      wrapped += '\n';
      used = 0;
    }
    wrapped += sign;
    used += wide;
  }
  return wrapped;
}
