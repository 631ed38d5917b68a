import type { Role } from '../../access/principal.js';

/** Who reads alerts, work orders, inspections and rules: everybody but programs that post events. */
export const READERS: readonly Role[] = ['supervisor', 'inspector', 'author', 'auditor'];
