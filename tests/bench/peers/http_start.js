new Request("http://127.0.0.1/"); // fetch is loaded when it is first needed
