import { writeFile } from 'node:fs/promises';
import startServices from '../support/start-services.js';
import stopServices from '../support/stop-services.js';
import { EXAMPLES_FILE, renderExamples } from './write-examples.js';

await startServices();
try {
  await writeFile(EXAMPLES_FILE, await renderExamples());
} finally {
  await stopServices();
}
