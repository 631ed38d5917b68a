import type { InputOf } from './api/client.js';

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

/**
 * Shows a page to be printed, once it is there, in a window of its own; where the browser opens none, it is saved. The window is
 * opened before the page is there: browsers refuse one that is opened later than the click.
 */
export async function showPage(page: Promise<unknown>, fileName: string): Promise<void> {
  const shown = window.open('', '_blank');
  try {
    const content = toBlob(await page);
    if (!shown) {
      saveFile(content, fileName);
      return;
    }
    const url = URL.createObjectURL(content);
    shown.location.href = url;
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    shown?.close();
    throw error;
  }
}

/** Where an operation answers in several formats, the client names the first: what came is a page as text, or a file. */
export function toBlob(answer: unknown): Blob {
  return answer instanceof Blob ? answer : new Blob([String(answer)], { type: 'text/html;charset=utf-8' });
}

type EvidenceType = InputOf<'addAlertEvidence'>['raw']['contentType'];

/** The service looks at the content itself; what is no evidence it refuses in words. */
export function toEvidenceType(file: Blob): EvidenceType {
  return (file.type || 'application/octet-stream') as EvidenceType;
}
