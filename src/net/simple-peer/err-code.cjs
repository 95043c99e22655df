/** Puts a code on an error; some DOM exceptions are frozen, then the code goes on a new error. */
module.exports = (error, code) => {
  try {
    error.code = code
    return error
  } catch {
    return Object.assign(new Error(error.message, { cause: error }), { code })
  }
}
