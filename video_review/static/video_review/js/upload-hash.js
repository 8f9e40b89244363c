// Hashes of a film: sha256 of each chunk, and for the whole the sha256 of those, in order.

export const CHUNK_SIZE = 5 * 1024 * 1024;

// Browsers only hash in a secure context; without it the server counts piece by piece.
export const canHash = () => Boolean(globalThis.crypto?.subtle);

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// "5242880*12,731*1" as sizes in order
export const sizesOf = (runs) =>
  (runs || "")
    .split(",")
    .filter(Boolean)
    .flatMap((run) => {
      const [size, times] = run.split("*").map(Number);
      return Array.from({ length: times }, () => size);
    });

// Hashes of this file's chunks, each computed once however often it is asked for.
export const makeHashes = (file) => {
  const known = new Map();
  return async (start, end) => {
    const place = `${start}-${end}`;
    if (!known.has(place)) {
      const bytes = await file.slice(start, end).arrayBuffer();
      known.set(place, new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
    }
    return known.get(place);
  };
};

// The hash the server has of what is in, if this file is the same.
export const hashOfChunks = async (hashAt, sizes, onProgress) => {
  const hashes = new Uint8Array(sizes.length * 32);
  let offset = 0;
  for (const [index, size] of sizes.entries()) {
    hashes.set(await hashAt(offset, offset + size), index * 32);
    offset += size;
    onProgress(offset);
  }
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", hashes)));
};
