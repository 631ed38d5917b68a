import { makeKey } from '../../src/client/make-client.js';

/** Photos that wait on this device until they can be sent; in IndexedDB, which holds files, under keys of ours. */
const DATABASE = 'yxrisk';
const STORE = 'photos';

/** The longer side of a photo as it is kept, pixels: enough to read a signature, a tenth of the bytes of the camera's. */
const MAX_SIDE = 1600;

export async function keepPhoto(photo: Blob): Promise<string> {
  const key = makeKey();
  await run('readwrite', (store) => store.put(photo, key));
  return key;
}

/** Undefined when it is not there any more, e.g. because the browser's storage was cleared. */
export function readPhoto(key: string): Promise<Blob | undefined> {
  return run('readonly', (store) => store.get(key) as IDBRequest<Blob | undefined>);
}

export async function dropPhoto(key: string): Promise<void> {
  await run('readwrite', (store) => store.delete(key));
}

/** A smaller JPEG of a photo; what is no image that the browser knows is answered as it is. */
export async function shrinkPhoto(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file).catch(() => undefined);
  if (!image) return file;
  const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), 'image/jpeg', 0.82));
}

async function run<Value>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    return await new Promise<Value>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(toError(transaction.error));
      transaction.onabort = () => reject(toError(transaction.error));
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(toError(request.error));
  });
}

function toError(cause: DOMException | null): Error {
  return new Error('The browser cannot keep the photo on this device.', { cause });
}
