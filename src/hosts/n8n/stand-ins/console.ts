/** The global of this name: n8n's log is told what matters, and libraries tell nothing else. */
const quiet = { log() {}, warn() {}, error() {} };

export { quiet as console };
