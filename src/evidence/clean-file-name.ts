import { type EvidenceType, extensionsOf } from './detect-type.js';

const MAX_LENGTH = 100;

/**
 * A file name that is safe to show, store and send in a header: no folders, no control, format or reserved
 * characters, at most 100 characters, and the extension of what the file really is.
 */
export function cleanFileName(given: string, type: EvidenceType): string {
  const extensions = extensionsOf(type);
  const last = given.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const plain = last
    .replaceAll(/[\p{C}\u2028\u2029]/gu, '')
    .replaceAll(/[<>:"|?*;%&$`'{}[\]#]/g, '_')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s.]+|[\s.]+$/g, '');
  const dot = plain.lastIndexOf('.');
  const isRight = dot > 0 && extensions.includes(plain.slice(dot + 1).toLowerCase());
  const stem = (isRight ? plain.slice(0, dot) : plain.replaceAll('.', '_')) || 'file';
  const extension = extensions[0] ?? 'bin';
  return `${[...stem].slice(0, MAX_LENGTH - extension.length - 1).join('')}.${extension}`;
}
