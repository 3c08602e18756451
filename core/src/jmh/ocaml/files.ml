(* Files and processes over OCaml's Lwt: the rows of FilesAndProcesses.
     ocamlfind ocamlopt -thread -package lwt.unix -linkpkg files.ml -o files
     ./files LINES-FILE BIG-FILE *)

open Lwt.Infix

let time name f =
  let start = Unix.gettimeofday () in
  f () >>= fun () ->
  Lwt_io.printf "%s %.3f\n" name (Unix.gettimeofday () -. start)

let lines path () =
  let buffer = Lwt_bytes.create 65536 in
  Lwt_io.with_file ~buffer ~mode:Lwt_io.input path (fun ic ->
      let rec go n =
        Lwt_io.read_line_opt ic >>= function
        | None -> Lwt.return n
        | Some line -> go (n + String.length line) in
      go 0 >>= fun _ -> Lwt.return_unit)

let read path () =
  Lwt_unix.openfile path [ Unix.O_RDONLY ] 0 >>= fun fd ->
  let buffer = Bytes.create 65536 in
  let rec go () =
    Lwt_unix.read fd buffer 0 65536 >>= function 0 -> Lwt_unix.close fd | _ -> go () in
  go ()

let copy path () =
  let target = path ^ ".copy" in
  Lwt_unix.openfile path [ Unix.O_RDONLY ] 0 >>= fun source ->
  Lwt_unix.openfile target [ Unix.O_WRONLY; Unix.O_CREAT; Unix.O_TRUNC ] 0o600 >>= fun fd ->
  let buffer = Bytes.create 65536 in
  let rec write from until =
    if from = until then Lwt.return_unit
    else Lwt_unix.write fd buffer from (until - from) >>= fun n -> write (from + n) until in
  let rec go () =
    Lwt_unix.read source buffer 0 65536 >>= function
    | 0 -> Lwt.return_unit
    | n -> write 0 n >>= go in
  go () >>= fun () ->
  Lwt_unix.close fd >>= fun () ->
  Lwt_unix.close source >>= fun () -> Lwt_unix.unlink target

let cat path () =
  let rec go fd_in n =
    Lwt_io.read ~count:65536 fd_in >>= function
    | "" -> Lwt.return n
    | s -> go fd_in (n + String.length s) in
  Lwt_process.with_process_in ("", [| "cat"; path |]) (fun p ->
      Lwt_io.resize_buffer p#stdout 65536 >>= fun () ->
      go p#stdout 0 >>= fun _ -> Lwt.return_unit)

let spawn () =
  let rec go n =
    if n = 0 then Lwt.return_unit
    else Lwt_process.exec ("", [| "true" |]) >>= fun _ -> go (n - 1) in
  go 200

let () =
  Lwt_main.run
    ( time "lines" (lines Sys.argv.(1)) >>= fun () ->
      time "read" (read Sys.argv.(2)) >>= fun () ->
      time "copy" (copy Sys.argv.(2)) >>= fun () ->
      time "cat" (cat Sys.argv.(2)) >>= fun () -> time "spawn" spawn )
