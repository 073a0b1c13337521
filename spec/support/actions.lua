-- The names that the module gives to the tokens of the table's column "retry".
return {
  done = "answered",
  wait = "wait",
  redirect = "redirect",
  authenticate = "authenticate",
  modify = "modify",
  later = "later",
  glare = "glare",
  elsewhere = "elsewhere",
  none = "stop",
  global_stop = "stop_everywhere",
}
