"""What makes the book one to teach from: exercises, worksheets, learning outcomes."""
