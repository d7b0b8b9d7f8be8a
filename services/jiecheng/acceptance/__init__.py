"""The shared Gherkin sentences as a pytest-bdd plugin (`-p jiecheng.acceptance.sentences`), and the world they act in.

Acts through `cases` like any official, on a scratch database with a moved clock; knows no page and no HTTP.
"""
