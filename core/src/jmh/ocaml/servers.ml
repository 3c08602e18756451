(* The servers of the load program over OCaml's Lwt, as one writes them with Lwt_io:
     ocamlfind ocamlopt -thread -package lwt.unix -linkpkg servers.ml -o servers
   Prints one line with its ports, and serves until its standard input ends. *)

open Lwt.Infix

let hello = "Hello, World!"

let response =
  Printf.sprintf "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
    (String.length hello) hello

let chunk = String.make 65536 '\000'

let rec echo (ic, oc) =
  Lwt_io.read ~count:65536 ic >>= function
  | "" -> Lwt.return_unit
  | bytes -> Lwt_io.write oc bytes >>= fun () -> echo (ic, oc)

let rec line (ic, oc) =
  Lwt_io.read_line_opt ic >>= function
  | None -> Lwt.return_unit
  | Some text -> Lwt_io.write oc (text ^ "\n") >>= fun () -> line (ic, oc)

let rec sink count (ic, oc) =
  Lwt_io.read ~count:65536 ic >>= function
  | "" -> Lwt_io.write_line oc (string_of_int count) >>= fun () -> Lwt_io.flush oc
  | bytes -> sink (count + String.length bytes) (ic, oc)

let rec source (ic, oc) = Lwt_io.write oc chunk >>= fun () -> source (ic, oc)

let rec request ic =
  Lwt_io.read_line_opt ic >>= function
  | None -> Lwt.return_false
  | Some "" -> Lwt.return_true
  | Some _ -> request ic

let rec http (ic, oc) =
  request ic >>= function
  | false -> Lwt.return_unit
  | true -> Lwt_io.write oc response >>= fun () -> http (ic, oc)

let listen handler =
  let address = Unix.ADDR_INET (Unix.inet_addr_loopback, 0) in
  let socket = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0 in
  Lwt_unix.bind socket address >>= fun () ->
  let quiet channels =
    Lwt.catch (fun () -> handler channels) (fun _ -> Lwt.return_unit) in
  let port =
    match Lwt_unix.getsockname socket with Unix.ADDR_INET (_, port) -> port | _ -> 0 in
  Lwt_unix.listen socket 1024;
  let rec accept () =
    Lwt_unix.accept socket >>= fun (client, _) ->
    Lwt_unix.setsockopt client Unix.TCP_NODELAY true;
    let buffer () = Lwt_bytes.create 65536 in
    let ic = Lwt_io.of_fd ~buffer:(buffer ()) ~mode:Lwt_io.input
        ~close:(fun () -> Lwt.return_unit) client in
    let oc = Lwt_io.of_fd ~buffer:(buffer ()) ~mode:Lwt_io.output
        ~close:(fun () -> Lwt.return_unit) client in
    Lwt.async (fun () ->
        quiet (ic, oc) >>= fun () ->
        Lwt.catch (fun () -> Lwt_io.flush oc) (fun _ -> Lwt.return_unit) >>= fun () ->
        Lwt.catch (fun () -> Lwt_unix.close client) (fun _ -> Lwt.return_unit));
    accept () in
  Lwt.async accept;
  Lwt.return port

let () =
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  Lwt_main.run
    ( listen echo >>= fun e ->
      listen line >>= fun l ->
      listen (sink 0) >>= fun k ->
      listen source >>= fun s ->
      listen http >>= fun h ->
      Printf.printf "ready ECHO=%d LINE=%d SINK=%d SOURCE=%d HTTP=%d\n%!" e l k s h;
      let rec until_end () =
        Lwt_io.read ~count:16 Lwt_io.stdin >>= function
        | "" -> Lwt.return_unit
        | _ -> until_end () in
      until_end () )
