using Surety.Server;

return await ServeArguments.RunAsync(args, SuretyServer.RunAsync);
