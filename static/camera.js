// The camera as a scanner: what it reads goes into the field for cards and is sent from there, through the
// same guards (static/scan.js). Without this script, or without a camera, the scanner and the keyboard remain.
(function () {
  "use strict";

  const BETWEEN_FRAMES_MS = 80;
  const GONE_MS = 1200; // a card must have been out of sight so long before the same one counts again
  const MOST_PIXELS_WIDE = 1280;
  const IS_ON = "camera-on";
  const LAST = "camera-last";

  const box = document.querySelector("[data-camera]");
  const field = document.querySelector("[data-scan]");
  if (!box || !field) {
    return;
  }
  const button = box.querySelector("[data-camera-button]");
  const status = box.querySelector("[data-camera-status]");
  const picture = box.querySelector("[data-camera-picture]");
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  let stream = null;
  let reading = null; // the library, once it is there
  let seenAt = Date.now(); // when the card that was read last was still in sight
  let said = "";

  function say(name) {
    if (said !== name) {
      said = name;
      status.textContent = name ? box.dataset["text" + name[0].toUpperCase() + name.slice(1)] : "";
    }
  }

  function remembered(key) {
    try {
      return window.sessionStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function remember(key, value) {
    try {
      window.sessionStorage.setItem(key, value);
    } catch {
      // Without storage the camera is switched on anew on each page.
    }
  }

  // The text itself is not kept in the browser, only enough to know it again.
  function mark(text) {
    let sum = 2166136261;
    for (const letter of text) {
      sum = Math.imul(sum ^ letter.codePointAt(0), 16777619) >>> 0;
    }
    return sum.toString(36);
  }

  function load() {
    if (reading) {
      return reading;
    }
    reading = new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = box.dataset.reader;
      script.addEventListener("error", reject);
      script.addEventListener("load", function () {
        const library = window.ZXingWASM;
        const made = library.prepareZXingModule({
          overrides: { locateFile: () => box.dataset.wasm },
          fireImmediately: true,
        });
        made.then(() => resolve(library), reject);
      });
      document.head.append(script);
    });
    reading.catch(function () {
      reading = null;
    });
    return reading;
  }

  function reasonOf(error) {
    const names = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none" };
    return names[error && error.name] || "busy";
  }

  function stop(reason) {
    if (stream) {
      for (const track of stream.getTracks()) {
        track.stop();
      }
    }
    stream = null;
    picture.srcObject = null;
    picture.hidden = true;
    button.setAttribute("aria-pressed", "false");
    remember(IS_ON, "");
    say(reason);
  }

  async function start() {
    if (!window.isSecureContext || !navigator.mediaDevices) {
      stop("insecure");
      return;
    }
    button.setAttribute("aria-pressed", "true");
    const wanted = { audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } };
    let opened;
    try {
      opened = await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      stop(reasonOf(error));
      return;
    }
    stream = opened;
    picture.srcObject = stream;
    picture.hidden = false;
    remember(IS_ON, "1");
    try {
      const library = await load();
      await picture.play();
      say("looking");
      look(library);
    } catch {
      stop("broken");
    }
  }

  async function look(library) {
    if (!stream) {
      return;
    }
    if (picture.readyState >= 2 && !document.hidden) {
      const scale = Math.min(1, MOST_PIXELS_WIDE / picture.videoWidth);
      canvas.width = Math.round(picture.videoWidth * scale);
      canvas.height = Math.round(picture.videoHeight * scale);
      brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const frame = brush.getImageData(0, 0, canvas.width, canvas.height);
      const found = await library.readBarcodes(frame, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 2 });
      take(new Set(found.filter((one) => one.isValid).map((one) => one.text)));
    }
    window.setTimeout(look, BETWEEN_FRAMES_MS, library);
  }

  function take(texts) {
    if (texts.size > 1) {
      say("two");
      return;
    }
    const last = remembered(LAST);
    const [text] = texts;
    if (text === undefined) {
      if (last && Date.now() - seenAt > GONE_MS) {
        remember(LAST, "");
        say("looking");
      }
      return;
    }
    seenAt = Date.now();
    if (last === mark(text)) {
      say("same"); // it lies there still, after the page that it led to
      return;
    }
    remember(LAST, mark(text));
    say("looking");
    field.value = text;
    field.form.requestSubmit();
  }

  function toggle() {
    if (stream) {
      stop("off");
      field.focus();
    } else {
      start();
    }
  }

  box.hidden = false;
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", function (event) {
    if (event.key === "F4" && !event.altKey && !event.ctrlKey && !event.repeat) {
      event.preventDefault();
      toggle();
    }
  });
  window.addEventListener("pagehide", function () {
    if (stream) {
      for (const track of stream.getTracks()) {
        track.stop();
      }
      stream = null;
    }
  });
  window.addEventListener("pageshow", function (event) {
    seenAt = Date.now();
    if (remembered(IS_ON) === "1" && (event.persisted || !stream)) {
      start();
    }
  });
})();
