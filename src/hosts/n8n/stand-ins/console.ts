/** Stands in for `console` and silences libraries: n8n's logger gets what matters. */
const quiet = { log() {}, warn() {}, error() {} };

export { quiet as console };
