import { registerHooks } from 'node:module';

// A library that writes lines, and one that would ask for a password.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@napi-rs/keyring') process.stderr.write('the keyring was opened\n');
    return next(specifier, context);
  },
});
setInterval(() => {
  console.log('a line of a library');
  console.debug('a line of a library');
  console.info('a line of a library');
}, 20).unref();
