// Sends one film, and keeps trying. Says what happens through the callbacks of `on`:
// progress(sent), waiting(seconds, isOffline), going(), refused(problem), done(address).

import { CHUNK_SIZE, canHash, hashOfChunks, makeHashes, sizesOf, toBase64 } from "./upload-hash.js";

const DELAYS = [1, 2, 5, 10, 20, 30];
const TEMPORARY = new Set([0, 409, 423, 425, 429, 460]);

// An answer that no tus server gives (a hotel's sign-in page, say) passes as well.
const isTemporary = (status) =>
  TEMPORARY.has(status) || status < 400 || (status >= 500 && status !== 507);

const messageIn = (body) => {
  try {
    const said = JSON.parse(body);
    const ofFields = Object.values(said.fields || {}).flat().map((error) => error.message);
    return said.message || ofFields.join(" ");
  } catch {
    return "";
  }
};

export const makeSender = ({ createUrl, token, on }) => {
  let current = null;
  let address = null;
  let timer = null;
  let failures = 0;
  let job = null;

  const headers = () => ({ "X-CSRFToken": token() });

  const addChecksum = async (request) => {
    const offset = request.getHeader("Upload-Offset");
    if (request.getMethod() !== "PATCH" || offset === undefined || !canHash()) return;
    const start = Number(offset);
    const end = Math.min(start + CHUNK_SIZE, job.file.size);
    const digest = await job.hashAt(start, end);
    request.setHeader("Upload-Checksum", `sha256 ${toBase64(digest)}`);
  };

  const stopWaiting = () => {
    clearInterval(timer);
    timer = null;
  };

  const tryAgainSoon = () => {
    let seconds = DELAYS[Math.min(failures, DELAYS.length - 1)];
    failures += 1;
    stopWaiting();
    on.waiting(seconds, !navigator.onLine);
    timer = setInterval(() => {
      seconds -= 1;
      if (seconds <= 0 && navigator.onLine) send();
      else on.waiting(Math.max(seconds, 0), !navigator.onLine);
    }, 1000);
  };

  const fail = (error) => {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    if (isTemporary(status)) tryAgainSoon();
    else on.refused({ status, message: messageIn(response.getBody()) });
  };

  const send = () => {
    stopWaiting();
    on.going();
    current = new tus.Upload(job.file, {
      endpoint: createUrl,
      uploadUrl: address,
      chunkSize: CHUNK_SIZE,
      retryDelays: null,
      storeFingerprintForResuming: false,
      headers: headers(),
      metadata: job.metadata,
      onBeforeRequest: addChecksum,
      onUploadUrlAvailable() {
        address = current.url;
      },
      onChunkComplete() {
        failures = 0;
      },
      onProgress(sent) {
        on.progress(sent);
      },
      onSuccess() {
        confirmReceipt();
      },
      onError: fail,
    });
    current.start();
  };

  const look = (url) =>
    fetch(url, {
      method: "HEAD",
      headers: { "Tus-Resumable": "1.0.0", ...headers() },
      cache: "no-store",
    });

  // Everything is in: the last word is that the server has the same film as we have.
  const confirmReceipt = async () => {
    try {
      const response = await look(address);
      if (!response.ok) throw new Error(String(response.status));
      if (!canHash() || (await isSameFilm(response, on.checking))) on.done(address);
      else on.refused({ status: 460, message: "" });
    } catch {
      tryAgainSoon();
    }
  };

  const isSameFilm = async (response, onProgress) => {
    const sizes = sizesOf(response.headers.get("Upload-Chunks"));
    if (!sizes.length) return true;
    const theirs = response.headers.get("Upload-Hash");
    return (await hashOfChunks(job.hashAt, sizes, onProgress)) === theirs;
  };

  return {
    start(file, metadata) {
      job = { file, metadata, hashAt: makeHashes(file) };
      address = null;
      send();
    },
    // Go on with what is in already: only if it is the same film, to the byte.
    async resume(file, url) {
      job = { file, metadata: {}, hashAt: makeHashes(file) };
      address = url;
      const response = await look(url);
      if (!response.ok) return { status: response.status };
      if (Number(response.headers.get("Upload-Length")) !== file.size) return { status: 0 };
      if (canHash() && !(await isSameFilm(response, on.checking))) return { status: 0 };
      send();
      return null;
    },
    pause() {
      stopWaiting();
      current?.abort();
    },
    goOn: send,
    goOnAtOnce() {
      if (timer) send();
    },
    async cancel() {
      stopWaiting();
      await current?.abort();
      return address ? this.discard(address) : true;
    },
    async discard(url) {
      const response = await fetch(url, {
        method: "DELETE",
        headers: { "Tus-Resumable": "1.0.0", ...headers() },
      });
      return response.ok || response.status === 404 || response.status === 410;
    },
  };
};
