"""TestState: one state by itself, its task done or mocked.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""
