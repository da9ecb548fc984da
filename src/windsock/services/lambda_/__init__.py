"""AWS Lambda: functions, their versions, who may invoke them, and invoking them."""
