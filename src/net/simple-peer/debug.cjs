/** Addresses of people would go through here: nothing is logged. */
const silent = () => {}
module.exports = () => silent
