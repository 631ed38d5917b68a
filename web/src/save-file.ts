/** Offers a file for saving, as a link to it would. */
export function saveFile(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // Not at once: the browser has to take it up first.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
