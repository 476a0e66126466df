/** For tests to import: their tapes are checked (run/tape-check.ts), and the kernels' addresses. */
process.env['GIVENS_CHECK_TAPES'] = '1'
