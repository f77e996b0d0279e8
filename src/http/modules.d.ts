/** Parts of libraries that are loaded without the rest; their types are those of the whole. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

declare module 'axios/dist/browser/axios.cjs' {
  import axios from 'axios';
  export default axios;
}
